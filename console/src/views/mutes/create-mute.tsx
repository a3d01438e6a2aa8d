/** The form of a new mute rule. */
import { useState } from 'preact/hooks';
import { api, result } from '../../api/client.ts';
import { useCall } from '../../components/action.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/loaded.tsx';
import { toLocalField } from '../../format/local-time.ts';
import { DAY_MS } from '../../format/milliseconds.ts';
import { formatWeekday } from '../../format/times.ts';
import { common } from '../../i18n/common.ts';
import { UntilField } from '../problems/until-field.tsx';
import { problemWords } from '../problems/words.ts';
import { Choices } from './choices.tsx';
import { DAYS, errorOf, type Kind, type MuteForm, requestOf } from './mute-form.ts';
import { muteWords } from './words.ts';

const emptyForm = (): MuteForm => ({
  reason: '',
  until: toLocalField(Date.now() + DAY_MS),
  groupId: '',
  clientName: '',
  policyName: '',
  label: '',
  kinds: [],
  isRecurring: false,
  days: [],
  from: '22:00',
  to: '06:00',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

interface CreateMuteProps {
  /** The initial conditions. */
  readonly start: Partial<Pick<MuteForm, 'groupId' | 'clientName' | 'policyName'>>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export const CreateMute = ({ start, onDone, onClose }: CreateMuteProps) => {
  const [form, setForm] = useState<MuteForm>(() => ({ ...emptyForm(), ...start }));
  const [isTried, setTried] = useState(false);
  const [{ isBusy, failure }, call] = useCall();
  const text = muteWords();
  const change = (changes: Partial<MuteForm>): void => setForm((before) => ({ ...before, ...changes }));
  const error = errorOf(form);

  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const body = requestOf(form);
    if (error || !body) return;
    if (!(await call(() => result(api.POST('/v1/mutes', { body })), text.created))) return;
    onDone();
    onClose();
  };

  const field = (name: 'groupId' | 'clientName' | 'policyName' | 'label' | 'timeZone', title: string) => (
    <label>
      <span>{title}</span>
      <input
        value={form[name]}
        required={name === 'timeZone'}
        onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
      />
    </label>
  );
  const time = (name: 'from' | 'to', title: string) => (
    <label>
      <span>{title}</span>
      <input
        type="time"
        required
        value={form[name]}
        onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
      />
    </label>
  );

  return (
    <Dialog title={text.create} onClose={onClose}>
      <form class="form" onSubmit={(event) => void send(event)}>
        <label>
          <span>{text.reason}</span>
          <input
            required
            maxLength={500}
            value={form.reason}
            onInput={({ currentTarget }) => change({ reason: currentTarget.value })}
          />
        </label>
        <UntilField value={form.until} onChange={(until) => change({ until })} />
        <fieldset>
          <legend>{text.conditions}</legend>
          <p class="quiet">{text.conditionsHelp}</p>
          <div class="form-row">
            {field('groupId', text.domain)}
            {field('label', text.label)}
            {field('clientName', text.client)}
            {field('policyName', text.policy)}
          </div>
          <Choices
            title={text.kinds}
            help={text.kindsHelp}
            choices={Object.entries(problemWords().kinds) as [Kind, string][]}
            chosen={form.kinds}
            onChange={(kinds) => change({ kinds })}
          />
        </fieldset>
        <label class="check">
          <input
            type="checkbox"
            checked={form.isRecurring}
            onChange={({ currentTarget }) => change({ isRecurring: currentTarget.checked })}
          />
          <span>{text.recurring}</span>
        </label>
        {form.isRecurring && (
          <>
            <Choices
              title={text.days}
              choices={DAYS.map((day) => [day, formatWeekday(day)] as const)}
              chosen={form.days}
              onChange={(days) => change({ days })}
            />
            <div class="form-row">
              {time('from', text.from)}
              {time('to', text.to)}
              {field('timeZone', text.timeZone)}
            </div>
            <p class="quiet">{text.toHelp}</p>
          </>
        )}
        {isTried && error && (
          <p class="notice notice-critical" role="alert">
            {text[error]}
          </p>
        )}
        {failure && <Failure failure={failure} />}
        <div class="page-actions">
          <button type="submit" class="primary" disabled={isBusy}>
            {text.create}
          </button>
          <button type="button" onClick={onClose}>
            {common().cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
};
