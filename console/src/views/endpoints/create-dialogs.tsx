/** Buttons that create something for NetBackup: each asks for what it needs, and shows once what it created. */
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

interface CreateDialogProps {
  readonly title: string;
  readonly done: string;
  readonly isPrimary?: boolean;
  /** Without it, what was created stays open, but no button offers more. */
  readonly isOffered?: boolean;
  readonly create: () => Promise<Handover>;
  readonly onCreated: () => void;
  readonly children: ComponentChildren;
}

const CreateDialog = (props: CreateDialogProps) => {
  const { title, done, isPrimary = false, isOffered = true, create, onCreated, children } = props;
  const [isOpen, setOpen] = useState(false);
  const [handover, setHandover] = useState<Handover>();
  const [{ isBusy, failure }, call] = useCall();
  const close = (): void => {
    setOpen(false);
    setHandover(undefined);
  };
  const run = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await call(async () => setHandover(await create()), done)) onCreated();
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

interface EndpointDialogProps {
  readonly groupId: string;
  readonly endpointId: string;
  readonly onCreated: () => void;
}

interface CreateEndpointProps extends Omit<EndpointDialogProps, 'endpointId'> {
  readonly isOffered: boolean;
  /** Those at which the domain has no endpoint. */
  readonly gateways: readonly Gateway[];
  /** It is the second endpoint of the domain. */
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

export const CreateEndpoint = ({
  groupId,
  isOffered,
  gateways,
  isSecond,
  onCreated,
}: CreateEndpointProps) => {
  const text = endpointWords();
  const [chosen, choose] = useState<string>();
  const [first = 'api-gateway'] = gateways;
  const gateway = gateways.find((one) => one === chosen) ?? first;
  const [priority, setPriority] = useState('1');
  const [days, setDays] = useState('');
  return (
    <CreateDialog
      title={isSecond ? text.createAt(text.gateways[gateway]) : text.create}
      done={text.createdDone}
      isPrimary={!isSecond}
      isOffered={isOffered}
      create={() => createEndpoint(groupId, gateway, priority, days)}
      onCreated={onCreated}
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
    </CreateDialog>
  );
};

export const RotateToken = ({ onCreated, ...path }: EndpointDialogProps) => {
  const text = endpointWords();
  const [overlap, setOverlap] = useState('24');
  const [days, setDays] = useState('');
  return (
    <CreateDialog
      title={text.rotate}
      done={text.rotated}
      create={() => rotateToken(path, overlap, days)}
      onCreated={onCreated}
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
    </CreateDialog>
  );
};

export const Invite = ({ onCreated, ...path }: EndpointDialogProps) => {
  const text = endpointWords();
  const [hours, setHours] = useState('24');
  return (
    <CreateDialog
      title={text.invite}
      done={text.invited}
      create={() => invite(path, hours)}
      onCreated={onCreated}
    >
      <p>{text.inviteWhat}</p>
      <TextField title={text.validFor} type="number" min={1} value={hours} onInput={setHours} isRequired />
    </CreateDialog>
  );
};
