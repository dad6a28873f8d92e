// Half a megabyte of prices, loaded when first asked, from a bundle of its own.
export { calcPrice, findProvider } from '@pydantic/genai-prices';
