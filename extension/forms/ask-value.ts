// Asks one value with the control that fits its schema: a pick for choices, a checked line for the rest, and an editor
// for text of several lines. Escape cancels; the arrow goes back a step.
import { type Disposable, l10n, QuickInputButtons, type QuickPickItem, ThemeIcon, window } from 'vscode';
import type { Json, JsonSchema } from '../../run/index.ts';
import { editText } from './edit-text.ts';
import { choicesOf, controlOf, hintOf, parseText, textOf } from './value-text.ts';

/** One thing to ask for. */
export interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  /** A value that is not required may be left empty, and is then left out. */
  readonly required: boolean;
  /** What stands there at first. */
  readonly preset?: Json;
}

/** Where a field stands among those that are asked. */
export interface Step {
  readonly title: string;
  readonly number: number;
  readonly of: number;
}

export type Asked = { readonly type: 'value'; readonly value: Json | undefined } | { readonly type: 'back' };

/** @returns undefined when it was cancelled */
export function askValue(field: Field, step: Step): Promise<Asked | undefined> {
  switch (controlOf(field.schema)) {
    case 'choice':
      return pick(field, step, choicesOf(field.schema));
    case 'boolean':
      return pick(field, step, [true, false]);
    default:
      return typeLine(field, step);
  }
}

interface Choice extends QuickPickItem {
  readonly value?: Json;
}

async function pick(field: Field, step: Step, values: readonly Json[]): Promise<Asked | undefined> {
  const input = window.createQuickPick<Choice>();
  const items: Choice[] = values.map((value) => ({ label: choiceLabel(value), value }));
  if (!field.required) items.push({ label: l10n.t('Leave it out') });
  Object.assign(input, frameOf(field, step));
  input.items = items;
  const preset = items.find(({ value }) => value !== undefined && isSame(value, field.preset));
  if (preset) input.activeItems = [preset];
  input.placeholder = descriptionOf(field);
  return new Promise((resolve) => {
    const end = ending(input, resolve);
    input.onDidAccept(() => {
      const [chosen] = input.activeItems;
      if (chosen) end({ type: 'value', value: chosen.value });
    });
    input.onDidTriggerButton(() => end({ type: 'back' }));
    input.show();
  });
}

async function typeLine(field: Field, step: Step): Promise<Asked | undefined> {
  const input = window.createInputBox();
  const inEditor = { iconPath: new ThemeIcon('edit'), tooltip: l10n.t('Write several lines in an editor') };
  Object.assign(input, frameOf(field, step));
  input.buttons = [...input.buttons, inEditor];
  input.value = textOf(field.preset, field.schema);
  input.prompt = descriptionOf(field);
  input.placeholder = hintOf(field.schema);
  const read = (): ReturnType<typeof parseText> | undefined =>
    input.value === '' && !field.required ? undefined : parseText(input.value, field.schema);
  const validate = (): boolean => {
    const parsed = read();
    input.validationMessage = parsed && !parsed.ok ? parsed.message : undefined;
    return !parsed || parsed.ok;
  };
  return new Promise((resolve) => {
    const end = ending(input, resolve);
    input.onDidChangeValue(validate);
    input.onDidAccept(() => {
      if (!validate()) return;
      const parsed = read();
      end({ type: 'value', value: parsed?.ok ? parsed.value : undefined });
    });
    input.onDidTriggerButton((button) => {
      if (button !== inEditor) return end({ type: 'back' });
      const language = controlOf(field.schema) === 'json' ? 'json' : 'plaintext';
      const written = editText(input.value, language, field.name).then((text) => {
        const preset = text === undefined ? undefined : parseText(text, field.schema);
        if (preset?.ok) return { type: 'value', value: preset.value } as const;
        // Not done, or not right: asks again with what is there.
        return typeLine(text === undefined ? field : { ...field, preset: text }, step);
      });
      end(written);
    });
    input.show();
  });
}

interface Input extends Disposable {
  readonly onDidHide: (listener: () => void) => Disposable;
}

/** Settles the answer once, and takes the input away; hiding it (Escape) cancels. */
function ending(input: Input, resolve: (asked: Asked | undefined | Promise<Asked | undefined>) => void) {
  let isOver = false;
  const end = (asked: Asked | undefined | Promise<Asked | undefined>): void => {
    if (isOver) return;
    isOver = true;
    resolve(asked);
    input.dispose();
  };
  input.onDidHide(() => end(undefined));
  return end;
}

function frameOf({ name }: Field, { title, number, of }: Step) {
  return {
    title: `${title}: ${name}`,
    ...(of > 1 && { step: number, totalSteps: of }),
    buttons: number > 1 ? [QuickInputButtons.Back] : [],
    ignoreFocusOut: true,
  };
}

function descriptionOf({ name, schema, required }: Field): string {
  const described = schema['description'] ?? schema['title'];
  const text = typeof described === 'string' ? described : name;
  if (required) return text;
  const hint = schema['default'] === undefined ? l10n.t('(may be left empty)') : l10n.t('(left empty: the default)');
  return `${text} ${hint}`;
}

function choiceLabel(value: Json): string {
  if (value === true) return l10n.t('Yes');
  if (value === false) return l10n.t('No');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isSame(a: Json, b: Json | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
