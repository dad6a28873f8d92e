// The product's engine with tools of the tests. Only its own main can give an engine more tools: there is no option,
// file or environment variable that does.
import { readArguments } from '../../engine/host/arguments.ts';
import { runMain } from '../../engine/host/compose.ts';
import { engineFilesOf } from '../../engine/host/layout.ts';
import { recordConnections } from './connect-hook.ts';
import { testTools } from './tools.ts';

recordConnections(readArguments(process.argv.slice(2)).dataDir);
void runMain({ files: engineFilesOf(process.argv[1] ?? ''), extraTools: testTools });
