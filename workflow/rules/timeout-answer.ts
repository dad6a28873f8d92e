import { pairOf, valueOf } from '../syntax/tree.ts';
import { listed, type Facts, type Report } from './rule.ts';

/** `on_timeout` of a question: it needs a time-out, and its default must be one of the answers. */
export function timeoutAnswer(facts: Facts, report: Report): void {
  for (const { node, read } of facts.tasks) {
    if (read?.type !== 'human') continue;
    const onTimeout = pairOf(node, 'on_timeout');
    if (onTimeout && !valueOf(node, 'timeout')) {
      const message = '`on_timeout` does nothing without a `timeout`.';
      report({ code: 'no-effect', severity: 'warning', message, range: onTimeout.keyNode.range });
    }
    const value = read.onTimeout.kind === 'default' ? read.onTimeout.value : undefined;
    if (value?.kind !== 'literal' || !read.options || read.options.some((option) => option === value.value)) continue;
    const message = `The default answer must be one of the options: ${listed(read.options)}.`;
    report({ code: 'default-mismatch', severity: 'error', message, range: value.place.range });
  }
}
