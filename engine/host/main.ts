// The engine process. Clients start it (client/start-engine.ts); it lives as `engine-process.ts` says.
import { runMain } from './compose.ts';
import { engineFilesOf } from './layout.ts';

// What goes wrong before the engine has its log ends the process, with its stack in the file that stderr leads to.
void runMain({ files: engineFilesOf(process.argv[1] ?? '') });
