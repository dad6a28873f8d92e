import type { CallRequest, RunEvent } from '../../../run/index.ts';

/** Where an event belongs: the path of its task or call, or the id of its timer, question or hold. */
export function pathOf(event: RunEvent): string | null {
  if ('path' in event) return event.path;
  if ('id' in event) return event.id;
  return null;
}

/** The model or the tool that a call asks. */
export function targetOf(request: CallRequest): string {
  return request.kind === 'model' ? request.model : request.tool;
}
