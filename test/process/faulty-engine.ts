// An engine on a disk that fails while a test wants it to.
import { join } from 'node:path';
import { runMain } from '../../engine/host/compose.ts';
import { sourceFiles } from '../../engine/host/layout.ts';
import { repository } from './repository.ts';

void runMain({ files: { ...sourceFiles(repository), storageWorker: join(import.meta.dirname, 'faulty-worker.ts') } });
