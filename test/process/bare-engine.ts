// An engine process without runs: for the tests of lock, socket, handshake and life, which need nothing else.
import { readArguments } from '../../engine/host/arguments.ts';
import { endHolder } from '../../engine/host/end-holder.ts';
import { runEngine } from '../../engine/host/engine-process.ts';
import { failure } from '../../run/index.ts';

const refused = failure('not_here', 'This engine has no runs.');

const { dataDir, endHolder: end } = readArguments(process.argv.slice(2));
if (end) void endHolder(dataDir).then((code) => process.exit(code));
else
  void runEngine({
    dataDir,
    version: '1.2.3',
    env: process.env,
    seal: (text) => text,
    openRuns: async () => ({
      notices: [],
      start: async () => ({ ok: false, refused }),
      send: async () => ({ ok: false, refused }),
      ask: async () => ({ type: 'refused', refused }),
      follow: async () => undefined,
      watch: () => undefined,
      work: () => ({ inFlight: 0, nextTimerAt: undefined }),
      takeUp: async () => undefined,
      activeRuns: () => 0,
      testProvider: async () => ({ ok: false, refused }),
      upkeep: async () => ({ type: 'refused', refused }),
      guiltyRun: () => undefined,
      maintain: async () => undefined,
      close: async () => undefined,
    }),
  });
