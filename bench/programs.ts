// Which command measures what.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleMeasure } from './bundle.ts';
import { sizes } from './measures/shapes.ts';
import { peersFolder } from './peers.ts';
import type { Engine, Row } from './rows.ts';

const dist = join(import.meta.dirname, '..', 'dist');

export interface Programs {
  /** Arguments for Node. */
  commandOf(row: Row, engine: Engine, folder: string): readonly string[];
}

/** Bundles the measures into a folder. Throws when the product is not built. */
export async function prepare(folder: string): Promise<Programs> {
  if (!existsSync(join(dist, 'storage-worker.cjs'))) throw new Error('There is no dist/: run `npm run build` first.');
  const measures = new Map<string, string>();
  for (const name of ['segue', 'recovery', 'bus', 'history', 'editor', 'memory', 'language', 'lsp'])
    measures.set(name, await bundleMeasure(name, folder));
  return {
    commandOf(row, engine, recordFolder) {
      const common = ['--record', row.record, '--folder', recordFolder, '--dist', dist];
      if (row.shape && engine !== 'segue') {
        const program = join(peersFolder, `${engine}.mjs`);
        return [program, '--shape', row.shape, ...common, '--sizes', JSON.stringify(sizes)];
      }
      if (row.measure === 'lsp') return [measures.get('lsp') ?? '', ...common, ...serverOf(engine)];
      const program = measures.get(row.shape ? 'segue' : row.measure) ?? '';
      return [program, ...(row.shape ? ['--shape', row.shape] : []), ...common];
    },
  };
}

/** Each server as its extension starts it. */
function serverOf(engine: Engine): readonly string[] {
  const peer = join(peersFolder, 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');
  const [server, options, language] =
    engine === 'segue'
      ? [join(dist, 'language-server.cjs'), ['--max-old-space-size=224', '--max-semi-space-size=2'], 'segue']
      : [peer, [], 'yaml'];
  const schema = join(import.meta.dirname, '..', 'schemas', 'segue-workflow.schema.json');
  return ['--server', server, '--arguments', JSON.stringify(options), '--language', language, '--schema', schema];
}
