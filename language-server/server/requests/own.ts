// What clients of ours ask beyond plain LSP.
import { ProtocolRequestType } from 'vscode-languageserver';
import { workflowInfoOf } from '../../features/workflow-info.ts';
import { requests, type WorkflowInfo, type WorkflowInfoParams } from '../../protocol/index.ts';
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
  ],
  capabilities: {},
};
