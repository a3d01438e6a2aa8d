/** What an administrator does with an endpoint. */
import { api, result, type Schemas } from '../../api/client.ts';
import { Action } from '../../components/action.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Invite, RotateToken } from './create-dialogs.tsx';
import { endpointWords } from './words.ts';

interface Props {
  readonly endpoint: Schemas['Endpoint'];
  /** What the questions call it. */
  readonly name: string;
  readonly onDone: () => void;
}

const ENDPOINT = '/v1/groups/{groupId}/endpoints/{endpointId}';

export const EndpointActions = ({ endpoint: { groupId, endpointId, enabled }, name, onDone }: Props) => {
  const text = endpointWords();
  const params = { path: { groupId, endpointId } };
  const enable = (isEnabled: boolean) =>
    result(api.PATCH(ENDPOINT, { params, body: { enabled: isEnabled } }));
  return (
    <div class="page-actions">
      <RotateToken groupId={groupId} endpointId={endpointId} onCreated={onDone} />
      <Invite groupId={groupId} endpointId={endpointId} onCreated={onDone} />
      {enabled ? (
        <Confirm
          title={text.disable}
          question={text.disableQuestion(name)}
          effect={text.disableEffect}
          done={text.disabledDone}
          run={() => enable(false)}
          onDone={onDone}
        />
      ) : (
        <Action title={text.enable} done={text.enabledDone} run={() => enable(true)} onDone={onDone} />
      )}
      <Confirm
        title={text.revoke}
        question={text.revokeQuestion(name)}
        effect={text.revokeEffect}
        done={text.revoked}
        run={() => result(api.DELETE(`${ENDPOINT}/token`, { params }))}
        onDone={onDone}
      />
      <Confirm
        title={text.delete}
        question={text.deleteQuestion(name)}
        effect={text.deleteEffect}
        typed={groupId}
        done={text.deletedDone}
        run={() => result(api.DELETE(ENDPOINT, { params }))}
        onDone={onDone}
      />
    </div>
  );
};
