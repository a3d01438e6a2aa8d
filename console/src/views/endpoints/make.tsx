/** Buttons that create something for NetBackup: each asks for its parameters, and shows the result once. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useCall } from '../../components/action.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/loaded.tsx';
import { SelectField, TextField } from '../../components/text-field.tsx';
import { common } from '../../i18n/common.ts';
import { createEndpoint, invite, rotateToken } from './calls.ts';
import type { Gateway } from './gateways.ts';
import { type Handover, HandoverBox } from './hand-over.tsx';
import { endpointWords } from './words.ts';

interface MakeProps {
  readonly title: string;
  readonly done: string;
  readonly isPrimary?: boolean;
  /** If not set, the result stays open, but no button offers more. */
  readonly isOffered?: boolean;
  readonly make: () => Promise<Handover>;
  readonly onMade: () => void;
  readonly children: ComponentChildren;
}

const Make = (props: MakeProps) => {
  const { title, done, isPrimary = false, isOffered = true, make, onMade, children } = props;
  const [isOpen, setOpen] = useState(false);
  const [handover, setHandover] = useState<Handover>();
  const [{ isBusy, failure }, call] = useCall();
  const close = (): void => {
    setOpen(false);
    setHandover(undefined);
  };
  const run = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await call(async () => setHandover(await make()), done)) onMade();
  };
  return (
    <>
      {isOffered && (
        <button type="button" class={isPrimary ? 'primary' : undefined} onClick={() => setOpen(true)}>
          {title}
        </button>
      )}
      {isOpen && (
        <Dialog title={title} onClose={close}>
          {handover ? (
            <HandoverBox handover={handover} />
          ) : (
            <form class="form" onSubmit={(event) => void run(event)}>
              {children}
              {failure && <Failure failure={failure} />}
              <div class="page-actions">
                <button type="submit" class="primary" disabled={isBusy}>
                  {title}
                </button>
                <button type="button" onClick={close}>
                  {common().cancel}
                </button>
              </div>
            </form>
          )}
        </Dialog>
      )}
    </>
  );
};

interface ForEndpoint {
  readonly groupId: string;
  readonly endpointId: string;
  readonly onMade: () => void;
}

interface CreateProps extends Omit<ForEndpoint, 'endpointId'> {
  readonly isOffered: boolean;
  /** The gateways at which the domain has no endpoint. */
  readonly gateways: readonly Gateway[];
  /** Whether it is the second endpoint of the domain. */
  readonly isSecond?: boolean;
}

/** Days until the new token expires; empty: never. */
const TokenLifetime = ({ days, onInput }: { days: string; onInput: (days: string) => void }) => {
  const text = endpointWords();
  return (
    <TextField
      title={text.validDays}
      hint={text.validDaysHint}
      type="number"
      min={1}
      max={3650}
      value={days}
      onInput={onInput}
    />
  );
};

export const CreateEndpoint = ({ groupId, isOffered, gateways, isSecond, onMade }: CreateProps) => {
  const text = endpointWords();
  const [chosen, choose] = useState<string>();
  const [first = 'api-gateway'] = gateways;
  const gateway = gateways.find((one) => one === chosen) ?? first;
  const [priority, setPriority] = useState('1');
  const [days, setDays] = useState('');
  return (
    <Make
      title={isSecond ? text.createAt(text.gateways[gateway]) : text.create}
      done={text.createdDone}
      isPrimary={!isSecond}
      isOffered={isOffered}
      make={() => createEndpoint(groupId, gateway, priority, days)}
      onMade={onMade}
    >
      {gateways.length > 1 && (
        <SelectField
          title={text.gateway}
          hint={text.gatewayHint}
          value={gateway}
          onInput={choose}
          choices={gateways.map((value) => ({ value, title: text.gateways[value] }))}
        />
      )}
      {isSecond && <p class="measure">{text.secondWhat}</p>}
      <TextField
        title={text.priority}
        hint={text.priorityHint}
        type="number"
        min={0}
        value={priority}
        onInput={setPriority}
        isRequired
      />
      <TokenLifetime days={days} onInput={setDays} />
    </Make>
  );
};

export const RotateToken = ({ onMade, ...path }: ForEndpoint) => {
  const text = endpointWords();
  const [overlap, setOverlap] = useState('24');
  const [days, setDays] = useState('');
  return (
    <Make
      title={text.rotate}
      done={text.rotated}
      make={() => rotateToken(path, overlap, days)}
      onMade={onMade}
    >
      <p>{text.rotateWhat}</p>
      <TextField
        title={text.overlap}
        hint={text.overlapHint}
        type="number"
        min={0}
        value={overlap}
        onInput={setOverlap}
        isRequired
      />
      <TokenLifetime days={days} onInput={setDays} />
    </Make>
  );
};

export const Invite = ({ onMade, ...path }: ForEndpoint) => {
  const text = endpointWords();
  const [hours, setHours] = useState('24');
  return (
    <Make title={text.invite} done={text.invited} make={() => invite(path, hours)} onMade={onMade}>
      <p>{text.inviteWhat}</p>
      <TextField title={text.validFor} type="number" min={1} value={hours} onInput={setHours} isRequired />
    </Make>
  );
};
