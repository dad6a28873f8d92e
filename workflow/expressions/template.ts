// Templates: YAML values with expressions inside. Their schema types what a task gives; their findings lie in the file.
import type { Json, JsonSchema } from '../../schemas/json.ts';
import type { Expression, Template } from '../model/model.ts';
import { checkExpression } from './check.ts';
import { absence } from './context.ts';
import type { CheckedTemplate, ExpressionFinding, TemplateFinding } from './contract.ts';
import { resultSchema } from './type-relations.ts';
import { typeOfValue } from './types.ts';

/** Schema of a template's value, and all findings at their places in the file. */
export function checkTemplate(template: Template): CheckedTemplate {
  const findings: TemplateFinding[] = [];
  const schema = schemaOf(template, findings);
  return { schema, findings };
}

function schemaOf(template: Template, findings: TemplateFinding[]): JsonSchema {
  switch (template.kind) {
    case 'literal':
      return schemaOfJson(template.value);
    case 'expression': {
      const checked = checkExpression(template.expression);
      collect(template.expression, checked.findings, findings);
      return resultSchema(checked.type);
    }
    case 'text':
      for (const part of template.parts) {
        if (typeof part !== 'string') checkInText(part, findings);
      }
      return { type: 'string' };
    case 'list':
      return schemaOfList(template.items.map((item) => schemaOf(item, findings)));
    case 'map':
      return schemaOfMap(template.entries.map(([name, entry]) => [name, schemaOf(entry, findings)] as const));
  }
}

/** Inside text there is no place for what is absent. */
function checkInText(expression: Expression, findings: TemplateFinding[]): void {
  const { type, findings: found } = checkExpression(expression);
  collect(expression, found, findings);
  const inner = typeOfValue(type);
  if (inner.kind !== 'optional') return;
  const source = expression.source;
  const start = source.length - source.trimStart().length;
  const { message, suggestion } = absence(source.trim(), inner);
  const finding = { code: 'may-be-absent', severity: 'error', message, start, end: source.trimEnd().length } as const;
  collect(expression, [suggestion === undefined ? finding : { ...finding, suggestion }], findings);
}

function collect(expression: Expression, found: readonly ExpressionFinding[], findings: TemplateFinding[]): void {
  for (const finding of found) findings.push(findingInFile(expression, finding));
}

/** The same finding at its place in the file. */
export function findingInFile(expression: Expression, { start, end, ...rest }: ExpressionFinding): TemplateFinding {
  return { ...rest, range: { start: expression.toFileOffset(start), end: expression.toFileOffset(end) } };
}

function schemaOfJson(value: Json): JsonSchema {
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) return schemaOfList(value.map(schemaOfJson));
  switch (typeof value) {
    case 'string':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: Number.isInteger(value) ? 'integer' : 'number' };
    default: {
      const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
      return schemaOfMap(entries.map(([name, part]) => [name, schemaOfJson(part)] as const));
    }
  }
}

function schemaOfList(items: readonly JsonSchema[]): JsonSchema {
  const [first, ...rest] = items;
  if (first === undefined) return { type: 'array' };
  const text = JSON.stringify(first);
  return rest.every((item) => JSON.stringify(item) === text) ? { type: 'array', items: first } : { type: 'array' };
}

function schemaOfMap(entries: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  return { type: 'object', properties: Object.fromEntries(entries), required: entries.map(([name]) => name) };
}
