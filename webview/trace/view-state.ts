// What a reader has chosen to look at. VS Code keeps it over a reload of the window.
import type { RunId } from '../../run/index.ts';

export type TabName = 'output' | 'conversation' | 'input' | 'error' | 'details' | 'raw';
export type CostGrouping = 'model' | 'agent' | 'task';

export interface ViewState {
  readonly runId?: RunId;
  /** Path of the chosen row, '' for the overview. Undefined: the panel follows the task that runs. */
  readonly selected?: string;
  /** Rows opened or closed by hand: path → open. */
  readonly toggled: { readonly [path: string]: boolean };
  readonly tab?: TabName;
  readonly costBy: CostGrouping;
  /** Share of the tree, in per cent of the panel. */
  readonly split: number;
}

export const initialView: ViewState = { toggled: {}, costBy: 'model', split: 45 };

const tabs: ReadonlySet<unknown> = new Set<TabName>(['output', 'conversation', 'input', 'error', 'details', 'raw']);
const groupings: ReadonlySet<unknown> = new Set<CostGrouping>(['model', 'agent', 'task']);

/** Reads a saved state; what is missing or of another version falls back to the initial one. */
export function readViewState(saved: unknown): ViewState {
  if (typeof saved !== 'object' || saved === null) return initialView;
  const { runId, selected, toggled, tab, costBy, split } = saved as { readonly [name: string]: unknown };
  return {
    ...(typeof runId === 'string' && { runId }),
    ...(typeof selected === 'string' && { selected }),
    toggled: readToggled(toggled),
    ...(isTab(tab) && { tab }),
    costBy: isGrouping(costBy) ? costBy : initialView.costBy,
    split: typeof split === 'number' && split >= 10 && split <= 90 ? split : initialView.split,
  };
}

function readToggled(saved: unknown): ViewState['toggled'] {
  if (typeof saved !== 'object' || saved === null) return {};
  return Object.fromEntries(
    Object.entries(saved).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
  );
}

function isTab(value: unknown): value is TabName {
  return tabs.has(value);
}

function isGrouping(value: unknown): value is CostGrouping {
  return groupings.has(value);
}
