/** The data for the NetBackup administrator: the details as a file, or a URL. Both are shown once, and are not stored. */
import type { Schemas } from '../../api/client.ts';
import { Copy, Secret, saveJson } from '../../components/copy.tsx';
import { Moment } from '../../components/moment.tsx';
import { endpointWords } from './words.ts';

export type Handover =
  | { readonly details: Schemas['EndpointDetails'] }
  | { readonly invitation: Schemas['Invitation'] };

const Details = ({ details }: { details: Schemas['EndpointDetails'] }) => {
  const text = endpointWords();
  const file = `${details.groupId}-endpoint.json`;
  return (
    <div class="notice notice-good">
      <p>{text.once}</p>
      <div class="page-actions">
        <button type="button" class="primary" onClick={() => saveJson(file, details)}>
          {text.save(file)}
        </button>
        <Copy text={JSON.stringify(details, null, 2)} title={text.copyDetails} />
      </div>
    </div>
  );
};

const Invitation = ({ invitation }: { invitation: Schemas['Invitation'] }) => {
  const text = endpointWords();
  return (
    <div class="notice notice-good">
      <p>{text.urlOnce}</p>
      <Secret text={invitation.url} />
      <p class="quiet">
        {text.until} <Moment at={invitation.expiresAt} isFull />
      </p>
    </div>
  );
};

export const HandoverBox = ({ handover }: { handover: Handover }) =>
  'details' in handover ? (
    <Details details={handover.details} />
  ) : (
    <Invitation invitation={handover.invitation} />
  );
