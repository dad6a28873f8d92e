// A refused request, and what a person may do about it at once: allow an origin, set a key, run on mock models.
import { commands, l10n, window } from 'vscode';
import { addGrant } from '../../client/index.ts';
import type { Failure } from '../../run/index.ts';
import { showFailure } from '../views/show-failure.ts';
import { askForKey } from './ask-key.ts';
import type { KeyStore } from './key-store.ts';

/** `retry`: the cause is gone, ask again. `mock`: start it on mock models. `given-up`: the person has been told. */
export type Remedy = 'retry' | 'mock' | 'given-up';

/**
 * Shows why a request was refused and does what the person chooses.
 * @param mayMock whether running on mock models is a way out (it is for a start, not for a resume)
 */
export async function remedyFor(refused: Failure, keys: KeyStore, mayMock: boolean): Promise<Remedy> {
  switch (refused.code) {
    case 'origin_not_granted':
      return (await askToGrant(refused)) ? 'retry' : 'given-up';
    case 'missing_key':
      return offerWaysOut(refused, keys, mayMock);
    case 'invalid_workflow':
      await commands.executeCommand('workbench.actions.view.problems');
      await showFailure(refused);
      return 'given-up';
    default:
      await showFailure(refused);
      return 'given-up';
  }
}

/** Asks once for each key and origin; the answer is kept with the user (see `client/grants.ts`). */
export async function askToGrant(refused: Failure): Promise<boolean> {
  const { secret, origin } = refused.details ?? {};
  if (typeof secret !== 'string' || typeof origin !== 'string') {
    await showFailure(refused);
    return false;
  }
  const allow = l10n.t('Allow');
  const chosen = await window.showWarningMessage(
    l10n.t('Send your key {0} to {1}?', secret, origin),
    {
      modal: true,
      detail: l10n.t(
        'This workspace’s .segue/config.yaml sets that address. Whoever runs it can read the key and what your agents send. Segue asks once for each key and address.',
      ),
    },
    allow,
  );
  if (chosen !== allow) return false;
  await addGrant(secret, origin);
  return true;
}

async function offerWaysOut(refused: Failure, keys: KeyStore, mayMock: boolean): Promise<Remedy> {
  const setKey = l10n.t('Set Key…');
  const onMock = l10n.t('Run on Mock');
  const openConfig = l10n.t('Open Config');
  const labels = mayMock ? [setKey, onMock, openConfig] : [setKey, openConfig];
  const chosen = await window.showErrorMessage(refused.message, ...labels);
  if (chosen === onMock) return 'mock';
  if (chosen === openConfig) await commands.executeCommand('segue.openConfig');
  if (chosen !== setKey) return 'given-up';
  const secret = refused.details?.['secret'];
  return (await askForKey(keys, typeof secret === 'string' ? secret : undefined)) ? 'retry' : 'given-up';
}
