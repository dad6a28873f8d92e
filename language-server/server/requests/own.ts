// What clients of ours ask beyond plain LSP.
import { ExecuteCommandRequest, ProtocolRequestType } from 'vscode-languageserver';
import { workflowInfoOf } from '../../features/workflow-info.ts';
import { commands, requests, type WorkflowInfo, type WorkflowInfoParams } from '../../protocol/index.ts';
import { onAnything, type RequestGroup } from './request.ts';

const workflowInfo = new ProtocolRequestType<WorkflowInfoParams, WorkflowInfo | null, never, void, void>(
  requests.workflowInfo,
);

export const own: RequestGroup = {
  requests: [
    onAnything(
      workflowInfo,
      () => null,
      async ({ uri }, more) => {
        const document = await more.whole(uri);
        return document ? workflowInfoOf(document) : null;
      },
    ),
    onAnything(
      ExecuteCommandRequest.type,
      () => null,
      ({ command }, more) => (command === commands.checkWorkspace ? more.checkWorkspace() : null),
    ),
  ],
  capabilities: {
    executeCommandProvider: { commands: Object.values(commands) },
  },
};
