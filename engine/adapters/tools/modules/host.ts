// The program that runs a module: the engine starts it for each job, and it starts itself again as a thread.
import { isMainThread } from 'node:worker_threads';
import { supervise } from './supervisor.ts';
import { doJob } from './worker.ts';

if (isMainThread) supervise(process.argv[1] ?? '');
else void doJob();
