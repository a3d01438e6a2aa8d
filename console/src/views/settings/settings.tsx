/** The settings of a domain, and its end. */
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { useCall } from '../../components/action.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Failure, Loaded } from '../../components/loaded.tsx';
import { Page, Section } from '../../components/page.tsx';
import { consolePath } from '../../urls.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { GroupFields, Targets } from './group-fields.tsx';
import { changesOf, formOf, type Group, wrongFields } from './group-form.ts';
import { settingsWords } from './words.ts';

const PATH = '/v1/groups/{groupId}';

const Form = ({ group, onSaved }: { group: Group; onSaved: () => void }) => {
  const text = settingsWords();
  // What was loaded when the form was opened: a reload must not undo what is being typed.
  const [before, setBefore] = useState(group);
  const [form, setForm] = useState(() => formOf(group));
  const [{ isBusy, failure }, call] = useCall();
  const set = (changes: Partial<typeof form>): void => setForm({ ...form, ...changes });
  const changes = changesOf(before, form);
  const isChanged = Object.keys(changes).length > 0;
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const patch = async () => {
      const params = { path: { groupId: group.groupId } };
      setBefore(await result(api.PATCH(PATH, { params, body: changes })));
    };
    if (await call(patch, text.saved)) onSaved();
  };
  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      <GroupFields form={form} set={set} />
      <Targets form={form} set={set} />
      {failure && <Failure failure={failure} />}
      <div class="page-actions">
        <button type="submit" class="primary" disabled={isBusy || !isChanged || wrongFields(form).length > 0}>
          {text.save}
        </button>
        {!isChanged && <span class="quiet">{text.nothing}</span>}
      </div>
    </form>
  );
};

export const Settings = ({ groupId }: { groupId: string }) => {
  const text = settingsWords();
  const { route } = useLocation();
  const group = useResource(
    `settings ${groupId}`,
    () => result(api.GET(PATH, { params: { path: { groupId } } })),
    0,
  );
  const remove = () => result(api.DELETE(PATH, { params: { path: { groupId }, query: { force: 'true' } } }));
  return (
    <Page title={text.titleOf(groupId)}>
      <DomainNav groupId={groupId} />
      {can('admin') ? (
        <>
          <Loaded resource={group}>{(data) => <Form group={data} onSaved={group.reload} />}</Loaded>
          <Section title={text.danger}>
            <p>{text.dangerText}</p>
            <Confirm
              title={text.delete}
              question={text.deleteQuestion(groupId)}
              effect={text.dangerText}
              typed={groupId}
              done={text.deleted(groupId)}
              run={remove}
              onDone={() => route(consolePath('/domains'))}
            />
          </Section>
        </>
      ) : (
        <p class="empty">{text.admins}</p>
      )}
    </Page>
  );
};
