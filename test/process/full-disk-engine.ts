// An engine whose disk is full as soon as a call has ended.
import { StorageError } from '../../engine/adapters/storage/index.ts';
import { runMain } from '../../engine/host/compose.ts';
import { engineFilesOf } from '../../engine/host/layout.ts';

void runMain({
  files: engineFilesOf(process.argv[1] ?? ''),
  wrapLog: (log) => ({
    append: async (runId, nextSeq, events) => {
      const isFull = events.some(({ type }) => type === 'call-ended');
      if (isFull) throw new StorageError('disk_full', 'The disk is full.', 'Free some space.');
      return log.append(runId, nextSeq, events);
    },
    keep: (hash, bytes) => log.keep(hash, bytes),
    read: (runId, fromSeq, limit) => log.read(runId, fromSeq, limit),
    load: (hash) => log.load(hash),
  }),
});
