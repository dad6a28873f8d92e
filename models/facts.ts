import { isFree, noPrice, type PriceRecord, priceOfEntry } from './prices.ts';
import { loadTable } from './table.ts';

/** What is known of a model by its name. */
export interface ModelFacts {
  /** Null when it is not known. */
  readonly price: PriceRecord | null;
  /** In tokens; undefined when it is not known. */
  readonly contextWindow?: number;
}

/** What is known of models, for those who can not wait for an answer. */
export interface ModelBook {
  /** @param model `provider/model` */
  readonly factsOf: (model: string) => ModelFacts;
  /** @returns models of a provider whose price is known, as `provider/model`; none when the provider is not known */
  readonly modelsOf: (provider: string) => readonly string[];
}

/** Loads what is known of models: half a megabyte. */
export async function openModelBook(): Promise<ModelBook> {
  const table = await loadTable();
  const known = new Map<string, ModelFacts>();
  const lookUp = (model: string): ModelFacts => {
    if (isFree(model)) return { price: noPrice(model) };
    const entry = table.find(model);
    const contextWindow = entry?.contextWindow;
    return { price: priceOfEntry(entry), ...(contextWindow === undefined ? {} : { contextWindow }) };
  };
  const factsOf = (model: string): ModelFacts => {
    const facts = known.get(model) ?? lookUp(model);
    known.set(model, facts);
    return facts;
  };
  const modelsOf = (provider: string) =>
    table
      .modelsOf(provider)
      .map((name) => `${provider}/${name}`)
      .filter((model) => factsOf(model).price !== null);
  return { factsOf, modelsOf };
}
