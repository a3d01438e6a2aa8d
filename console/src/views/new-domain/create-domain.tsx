/** The first step: the domain with its settings. */
import { useState } from 'preact/hooks';
import { api, result } from '../../api/client.ts';
import { useCall } from '../../components/action.tsx';
import { Failure } from '../../components/loaded.tsx';
import { GroupFields } from '../settings/group-fields.tsx';
import { NEW_GROUP, newGroupOf, wrongFields } from '../settings/group-form.ts';
import { newDomainWords } from './words.ts';

export const CreateDomain = ({ onDone }: { onDone: (groupId: string) => void }) => {
  const text = newDomainWords();
  const [form, setForm] = useState(NEW_GROUP);
  const [{ isBusy, failure }, call] = useCall();
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const post = () => result(api.POST('/v1/groups', { body: newGroupOf(form) }));
    if (await call(post, text.created)) onDone(form.groupId);
  };
  return (
    <form class="form" onSubmit={(event) => void create(event)}>
      <p class="quiet">{text.domainText}</p>
      <GroupFields form={form} set={(changes) => setForm({ ...form, ...changes })} isNew />
      {failure?.code === 'group-exists' ? (
        <div class="notice notice-warning" role="alert">
          <p>{text.exists}</p>
          <button type="button" onClick={() => onDone(form.groupId)}>
            {text.goOn(form.groupId)}
          </button>
        </div>
      ) : (
        failure && <Failure failure={failure} />
      )}
      <div class="page-actions">
        <button type="submit" class="primary" disabled={isBusy || wrongFields(form).length > 0}>
          {text.create}
        </button>
      </div>
    </form>
  );
};
