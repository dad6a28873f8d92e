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

/**
 * Looks a model up in the table of @pydantic/genai-prices, which is half a megabyte and therefore loaded when first
 * asked. The provider must be named exactly as there: the package also matches names that merely contain `openai`,
 * and a price guessed for somebody's own endpoint would be a wrong price.
 * @param model `provider/model`
 * @returns undefined when provider or model are not in the table
 */
export async function findInTable(model: string): Promise<TableEntry | undefined> {
  const { provider, name } = splitModel(model);
  const { calcPrice, findProvider } = await import('./price-table.ts');
  const known = findProvider({ providerId: provider });
  if (known?.id !== provider) return undefined;
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, name, { providerId: provider });
  return found ? entryOf(found.model, found.model_price) : undefined;
}

function entryOf(info: ModelInfo, prices: ModelPrice): TableEntry {
  const contextWindow = info.context_window;
  return { id: info.id, prices, ...(contextWindow === undefined ? {} : { contextWindow }) };
}
