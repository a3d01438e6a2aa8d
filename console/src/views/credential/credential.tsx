/** The API key of NetBackup that is stored for a domain. It is never shown. */
import { useState } from 'preact/hooks';
import { api, result, type Schemas } from '../../api/client.ts';
import { ApiFailure } from '../../api/failure.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { useCall } from '../../components/action.tsx';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Facts } from '../../components/facts.tsx';
import { Failure, Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { TextField } from '../../components/text-field.tsx';
import { DomainNav } from '../domains/domain-nav.tsx';
import { credentialWords } from './words.ts';

type Stored = Schemas['StoredNetBackupCredential'] | { readonly stored: false };

const PATH = '/v1/groups/{groupId}/netbackup-credential';

/** Whether one is stored. @throws ApiFailure */
export const loadCredential = async (groupId: string): Promise<Stored> => {
  try {
    return await result(api.GET(PATH, { params: { path: { groupId } } }));
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'no-netbackup-credential') return { stored: false };
    throw error;
  }
};

interface FormProps {
  readonly groupId: string;
  readonly isStored: boolean;
  readonly onDone: () => void;
}

const CredentialForm = ({ groupId, isStored, onDone }: FormProps) => {
  const [apiKey, setApiKey] = useState('');
  const [{ isBusy, failure }, call] = useCall();
  const text = credentialWords();
  const store = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const put = () =>
      result(api.PUT(PATH, { params: { path: { groupId } }, body: { apiKey: apiKey.trim() } }));
    if (!(await call(put, text.done))) return;
    setApiKey('');
    onDone();
  };
  return (
    <form class="form" onSubmit={(event) => void store(event)}>
      <TextField
        title={text.apiKey}
        hint={text.apiKeyHint}
        type="password"
        value={apiKey}
        onInput={setApiKey}
        isRequired
      />
      {failure && <Failure failure={failure} />}
      <div class="page-actions">
        <button type="submit" class="primary" disabled={isBusy || apiKey.trim() === ''}>
          {isStored ? text.replace : text.set}
        </button>
      </div>
    </form>
  );
};

export const Credential = ({ groupId }: { groupId: string }) => {
  const text = credentialWords();
  const stored = useResource(can('admin') ? `credential ${groupId}` : undefined, () =>
    loadCredential(groupId),
  );
  return (
    <Page title={text.titleOf(groupId)}>
      <DomainNav groupId={groupId} />
      <p class="measure">{text.what}</p>
      {!can('admin') && <p class="empty">{text.admins}</p>}
      {can('admin') && (
        <>
          <Freshness resource={stored} />
          <Loaded resource={stored}>
            {(data) => (
              <>
                <p>
                  <Badge tone={data.stored ? 'good' : 'quiet'}>
                    {data.stored ? text.stored : text.notStored}
                  </Badge>
                </p>
                {data.stored && (
                  <Facts
                    facts={[
                      [text.at, data.storedAt && <Moment at={data.storedAt} isFull />],
                      [text.by, data.storedBy && <code>{data.storedBy}</code>],
                    ]}
                  />
                )}
                <div class="section">
                  <CredentialForm groupId={groupId} isStored={data.stored} onDone={stored.reload} />
                </div>
                {data.stored && (
                  <Confirm
                    title={text.remove}
                    question={text.removeQuestion(groupId)}
                    effect={text.removeEffect}
                    done={text.removed}
                    run={() => result(api.DELETE(PATH, { params: { path: { groupId } } }))}
                    onDone={stored.reload}
                  />
                )}
              </>
            )}
          </Loaded>
        </>
      )}
    </Page>
  );
};
