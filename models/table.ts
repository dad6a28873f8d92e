import type { ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { splitModel } from './name.ts';

/** What the price table says about one model. */
export interface TableEntry {
  /** The table's own name of the model: `gpt-5-mini` for `gpt-5-mini-2025-08-07`. */
  readonly id: string;
  readonly contextWindow?: number;
  /** The rates that hold now, in USD for a million tokens (`input_mtok`, …). */
  readonly prices: ModelPrice;
}

/** The table, once it is loaded. */
export interface Table {
  /** @param model `provider/model` @returns undefined when provider or model are not in the table */
  readonly find: (model: string) => TableEntry | undefined;
  /** @returns the table's own names of a provider's models, without the provider; those that are gone are left out */
  readonly modelsOf: (provider: string) => readonly string[];
}

/**
 * Loads the table of @pydantic/genai-prices, which is half a megabyte. A provider must be named exactly as there: the
 * package also matches names that merely contain `openai`, and a price guessed for somebody's own endpoint would be a
 * wrong price.
 */
export async function loadTable(): Promise<Table> {
  const { calcPrice, findProvider } = await import('./price-table.ts');
  const providerOf = (id: string) => {
    const known = findProvider({ providerId: id });
    return known?.id === id ? known : undefined;
  };
  return {
    find: (model) => {
      const { provider, name } = splitModel(model);
      if (!providerOf(provider)) return undefined;
      const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, name, { providerId: provider });
      return found ? entryOf(found.model, found.model_price) : undefined;
    },
    modelsOf: (provider) => {
      const listed = providerOf(provider)?.models ?? [];
      return listed.filter(({ deprecated }) => !deprecated).map(({ id }) => id);
    },
  };
}

/** Looks a model up; the table is loaded when first asked. */
export async function findInTable(model: string): Promise<TableEntry | undefined> {
  return (await loadTable()).find(model);
}

function entryOf(info: ModelInfo, prices: ModelPrice): TableEntry {
  const contextWindow = info.context_window;
  return { id: info.id, prices, ...(contextWindow === undefined ? {} : { contextWindow }) };
}
