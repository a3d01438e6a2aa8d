/** Creates an API key, and shows it once. */
import { useState } from 'preact/hooks';
import { SCOPES } from '../../../../lambdas/http/rights.ts';
import { api, result } from '../../api/client.ts';
import { useCall } from '../../components/action.tsx';
import { Secret } from '../../components/copy.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/loaded.tsx';
import { SelectField, TextField } from '../../components/text-field.tsx';
import { common } from '../../i18n/common.ts';
import { type KeyForm, keyRequestOf, missingOf, NEW_KEY, REACHES } from './key-form.ts';
import { keyWords } from './words.ts';

interface FieldsProps {
  readonly form: KeyForm;
  readonly set: (changes: Partial<KeyForm>) => void;
}

const Fields = ({ form, set }: FieldsProps) => {
  const text = keyWords();
  return (
    <>
      <TextField
        title={text.description}
        value={form.description}
        onInput={(description) => set({ description })}
      />
      <SelectField
        title={text.scope}
        value={form.scope}
        onInput={(scope) => set({ scope: scope as KeyForm['scope'] })}
        choices={SCOPES.map((value) => ({ value, title: text.scopeNames[value] }))}
      />
      <SelectField
        title={text.reach}
        value={form.reach}
        onInput={(reach) => set({ reach: reach as KeyForm['reach'] })}
        choices={REACHES.map((value) => ({ value, title: text.reaches[value] }))}
      />
      {form.reach === 'groups' && (
        <TextField
          title={text.groups}
          hint={text.groupsHint}
          value={form.groups}
          onInput={(groups) => set({ groups })}
          isRequired
        />
      )}
      {form.reach === 'labels' && (
        <TextField
          title={text.labels}
          hint={text.labelsHint}
          rows={3}
          value={form.labels}
          onInput={(labels) => set({ labels })}
          isRequired
        />
      )}
      <TextField
        title={text.addresses}
        hint={text.addressesHint}
        value={form.addresses}
        onInput={(addresses) => set({ addresses })}
      />
      <TextField
        title={text.validDays}
        hint={text.validDaysHint}
        type="number"
        min={1}
        max={3650}
        value={form.validDays}
        onInput={(validDays) => set({ validDays })}
        isRequired
      />
    </>
  );
};

export const CreateKey = ({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) => {
  const [form, setForm] = useState(NEW_KEY);
  const [apiKey, setApiKey] = useState<string>();
  const [{ isBusy, failure }, call] = useCall();
  const text = keyWords();
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const send = async () => {
      const created = await result(api.POST('/v1/keys', { body: keyRequestOf(form) }));
      setApiKey(created.apiKey);
    };
    if (await call(send, text.createdDone)) onCreated();
  };
  return (
    <Dialog title={apiKey === undefined ? text.create : text.createdTitle} onClose={onClose}>
      {apiKey === undefined ? (
        <form class="form" onSubmit={(event) => void create(event)}>
          <Fields form={form} set={(changes) => setForm({ ...form, ...changes })} />
          {failure && <Failure failure={failure} />}
          <div class="page-actions">
            <button type="submit" class="primary" disabled={isBusy || missingOf(form).length > 0}>
              {text.create}
            </button>
            <button type="button" onClick={onClose}>
              {common().cancel}
            </button>
          </div>
        </form>
      ) : (
        <>
          <p>{text.once}</p>
          <Secret text={apiKey} />
        </>
      )}
    </Dialog>
  );
};
