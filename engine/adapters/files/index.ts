export { createWorkspaceFiles } from './workspace-files.ts';
