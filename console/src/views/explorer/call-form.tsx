/** The form of a call. A call that may change something is confirmed. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/text-field.tsx';
import { common } from '../../i18n/common.ts';
import { type ChosenCredential, CredentialField, isComplete } from '../act/credential-field.tsx';
import { type CallForm, isChange, METHODS, type Method, wrongParts } from './request.ts';
import { explorerWords } from './words.ts';

interface Props {
  readonly groupId: string;
  readonly form: CallForm;
  readonly set: (changes: Partial<CallForm>) => void;
  readonly credential: ChosenCredential;
  readonly setCredential: (credential: ChosenCredential) => void;
  readonly isBusy: boolean;
  readonly onSend: () => void;
}

interface ConfirmProps {
  readonly question: string;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

const ConfirmChange = ({ question, onSend, onClose }: ConfirmProps) => {
  const text = explorerWords();
  return (
    <Dialog title={text.changes} onClose={onClose}>
      <p>{question}</p>
      <div class="page-actions">
        <button type="button" class="danger" onClick={onSend}>
          {text.send}
        </button>
        <button type="button" onClick={onClose}>
          {common().cancel}
        </button>
      </div>
    </Dialog>
  );
};

export const CallFields = (props: Props) => {
  const { groupId, form, set, credential, setCredential, isBusy, onSend } = props;
  const text = explorerWords();
  const [isAsking, setAsking] = useState(false);
  const wrong = wrongParts(form, credential.choice !== 'none');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isBusy || wrong.length > 0) return;
    if (isChange(form)) setAsking(true);
    else onSend();
  };
  const confirm = (): void => {
    setAsking(false);
    onSend();
  };
  return (
    <form class="form" onSubmit={submit}>
      <div class="call-line">
        <SelectField
          title={text.method}
          value={form.method}
          onInput={(method) => set({ method: method as Method })}
          choices={METHODS.map((value) => ({ value, title: value }))}
        />
        <TextField
          title={text.uri}
          error={wrong.includes('uri') ? text.uriWrong : undefined}
          value={form.uri}
          onInput={(uri) => set({ uri })}
          isCode
          isRequired
        />
      </div>
      <TextField
        title={text.headers}
        hint={text.headersHint}
        error={wrong.includes('headers') ? text.headersWrong : undefined}
        rows={2}
        value={form.headers}
        onInput={(headers) => set({ headers })}
        isCode
      />
      {isChange(form) && (
        <TextField title={text.body} rows={8} value={form.body} onInput={(body) => set({ body })} isCode />
      )}
      <CredentialField value={credential} onInput={setCredential} none={text.noCredential} />
      <div class="page-actions">
        <button
          type="submit"
          class={isChange(form) ? 'danger' : 'primary'}
          disabled={isBusy || wrong.length > 0 || !isComplete(credential)}
        >
          {text.send}
        </button>
      </div>
      {isAsking && (
        <ConfirmChange
          question={text.confirm(`${form.method} ${form.uri}`, groupId)}
          onSend={confirm}
          onClose={() => setAsking(false)}
        />
      )}
    </form>
  );
};
