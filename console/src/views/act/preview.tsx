/** Shows the calls and their targets before they are sent. */
import { useState } from 'preact/hooks';
import { can } from '../../api/session.ts';
import { Section } from '../../components/page.tsx';
import { Table } from '../../components/table.tsx';
import { TextField } from '../../components/text-field.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { type ChosenCredential, CredentialField, isComplete, usualCredential } from './credential-field.tsx';
import { type ActionName, domainsOf, isConfirmed, MANY, type Plan, type Target } from './plan.ts';
import { callColumn, targetColumns } from './target-columns.tsx';
import { actWords } from './words.ts';

interface PreviewProps {
  readonly action: ActionName;
  readonly plan: Plan;
  readonly onConfirm: (credential: ChosenCredential) => void;
}

const Targets = ({ label, rows }: { label: string; rows: readonly Target[] }) => (
  <Table
    label={label}
    columns={[...targetColumns((row: Target) => row), callColumn((row: Target) => row)]}
    rows={rows}
    rowKey={({ key }) => key}
  />
);

const LeftOut = ({ action, rows }: { action: ActionName; rows: readonly Target[] }) => {
  const text = actWords();
  return (
    <Section title={text.leftOut}>
      <p>{action === 'restart' ? text.leftOutWhy.restart : text.leftOutWhy.other}</p>
      <Targets label={text.leftOut} rows={rows} />
    </Section>
  );
};

export const Preview = ({ action, plan, onConfirm }: PreviewProps) => {
  const text = actWords();
  const [credential, setCredential] = useState<ChosenCredential>(
    action === 'ping' ? { choice: 'none', text: '' } : usualCredential(),
  );
  const [typed, setTyped] = useState('');
  const count = plan.targets.length;
  const confirm = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isConfirmed(count, typed) && isComplete(credential)) onConfirm(credential);
  };
  return (
    <>
      {count > 0 && (
        <Section title={text.preview}>
          <p>
            {text.effects[action]} {text.count(formatNumber(count), formatNumber(domainsOf(plan.targets)))}
          </p>
          <Targets label={text.preview} rows={plan.targets} />
          {can('command') ? (
            <form class="form section" onSubmit={confirm}>
              {action !== 'ping' && <CredentialField value={credential} onInput={setCredential} />}
              {count > MANY && (
                <TextField title={text.many(String(count))} value={typed} onInput={setTyped} isRequired />
              )}
              <p class="quiet">{text.queued}</p>
              <div class="page-actions">
                <button
                  type="submit"
                  class={action === 'cancel' ? 'danger' : 'primary'}
                  disabled={!isConfirmed(count, typed) || !isComplete(credential)}
                >
                  {text.buttons[action](formatNumber(count))}
                </button>
              </div>
            </form>
          ) : (
            <p class="notice">{text.notAllowed}</p>
          )}
        </Section>
      )}
      {plan.leftOut.length > 0 && <LeftOut action={action} rows={plan.leftOut} />}
    </>
  );
};
