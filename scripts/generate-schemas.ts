// Writes the published JSON Schemas from their source: `node scripts/generate-schemas.ts`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateSchemas } from '../schemas/generate.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const [file, text] of Object.entries(generateSchemas())) {
  writeFileSync(`${root}schemas/${file}`, text);
  execFileSync(`${root}node_modules/.bin/biome`, ['format', '--write', `schemas/${file}`], {
    cwd: root,
    stdio: 'inherit',
  });
}
