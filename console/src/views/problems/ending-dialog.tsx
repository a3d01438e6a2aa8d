/** Asks for an end and a reason. Both are mandatory. */
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import { useCall } from '../../components/action.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/loaded.tsx';
import { fromLocalField, toLocalField } from '../../format/local-time.ts';
import { DAY_MS } from '../../format/milliseconds.ts';
import { common } from '../../i18n/common.ts';
import { actionWords } from './action-words.ts';
import { UntilField } from './until-field.tsx';

interface EndingDialogProps {
  readonly title: string;
  readonly effect: string;
  readonly done: string;
  readonly submit: (body: Schemas['UntilAndReason']) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export const EndingDialog = ({ title, effect, done, submit, onDone, onClose }: EndingDialogProps) => {
  const [until, setUntil] = useState(() => toLocalField(Date.now() + DAY_MS));
  const [reason, setReason] = useState('');
  const [{ isBusy, failure }, call] = useCall();
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const end = fromLocalField(until);
    if (end === undefined || !(await call(() => submit({ until: end, reason: reason.trim() }), done))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{effect}</p>
      <form class="form" onSubmit={(event) => void send(event)}>
        <label>
          <span>{actionWords().reason}</span>
          <textarea
            required
            maxLength={500}
            rows={2}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
        <UntilField value={until} onChange={setUntil} />
        {failure && <Failure failure={failure} />}
        <div class="page-actions">
          <button type="submit" class="primary" disabled={isBusy || reason.trim() === ''}>
            {title}
          </button>
          <button type="button" onClick={onClose}>
            {common().cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
};
