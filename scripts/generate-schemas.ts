// Writes the published JSON Schemas from their source: `node scripts/generate-schemas.ts`.
import { writeFileSync } from 'node:fs';
import { generateSchemas } from '../schemas/generate.ts';

for (const [file, text] of Object.entries(generateSchemas())) {
  writeFileSync(new URL(`../schemas/${file}`, import.meta.url), text);
  console.log(`schemas/${file}: ${text.length} characters`);
}
