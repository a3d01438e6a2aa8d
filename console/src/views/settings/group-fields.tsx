/** The fields of a domain, for a new one and for a change. */
import { useId } from 'preact/hooks';
import { TextField } from '../../components/text-field.tsx';
import { type GroupForm, NEW_TARGET, type TargetRow, wrongFields } from './group-form.ts';
import { settingsWords } from './words.ts';

const TIME_ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');

interface FieldsProps {
  readonly form: GroupForm;
  readonly set: (changes: Partial<GroupForm>) => void;
}

const Identity = ({ form, set }: FieldsProps) => {
  const text = settingsWords();
  const isWrong = form.groupId !== '' && wrongFields(form).includes('groupId');
  return (
    <TextField
      title={text.groupId}
      hint={text.groupIdHint}
      error={isWrong ? text.groupIdWrong : undefined}
      value={form.groupId}
      onInput={(groupId) => set({ groupId })}
      maxLength={64}
      isRequired
    />
  );
};

interface RowProps {
  readonly row: TargetRow;
  readonly set: (changes: Partial<TargetRow>) => void;
  readonly remove: () => void;
}

const Target = ({ row, set, remove }: RowProps) => {
  const text = settingsWords();
  return (
    <div class="target-row">
      <TextField title={text.client} value={row.client} onInput={(client) => set({ client })} />
      <TextField title={text.policy} value={row.policy} onInput={(policy) => set({ policy })} />
      <TextField
        title={text.hours}
        type="number"
        min={1}
        value={row.isRetired ? '' : row.hours}
        onInput={(hours) => set({ hours, isRetired: false })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={row.isRetired}
          onChange={({ currentTarget }) => set({ isRetired: currentTarget.checked })}
        />
        {text.retired}
      </label>
      <button type="button" class="plain" onClick={remove}>
        {text.remove}
      </button>
    </div>
  );
};

export const Targets = ({ form, set }: FieldsProps) => {
  const text = settingsWords();
  const { targets } = form;
  return (
    <fieldset>
      <legend>{text.targets}</legend>
      <p class="quiet">{text.targetsHint}</p>
      {targets.map((row, index) => (
        <Target
          key={index}
          row={row}
          set={(changes) => set({ targets: targets.with(index, { ...row, ...changes }) })}
          remove={() => set({ targets: targets.toSpliced(index, 1) })}
        />
      ))}
      {wrongFields({ ...form, groupId: 'x' }).includes('targets') && (
        <p class="field-error">{text.targetsWrong}</p>
      )}
      <button type="button" onClick={() => set({ targets: [...targets, NEW_TARGET] })}>
        {text.add}
      </button>
    </fieldset>
  );
};

/** @param isNew whether the id can be entered */
export const GroupFields = ({ form, set, isNew = false }: FieldsProps & { readonly isNew?: boolean }) => {
  const text = settingsWords();
  const zones = useId();
  const wrong = wrongFields(form);
  return (
    <>
      {isNew && <Identity form={form} set={set} />}
      <TextField
        title={text.description}
        value={form.description}
        onInput={(description) => set({ description })}
        maxLength={1000}
      />
      <TextField
        title={text.timeZone}
        hint={text.timeZoneHint}
        error={wrong.includes('timeZone') ? text.timeZoneWrong : undefined}
        list={zones}
        value={form.timeZone}
        onInput={(timeZone) => set({ timeZone: timeZone.trim() })}
      />
      <datalist id={zones}>
        {TIME_ZONES.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TextField
        title={text.labels}
        hint={text.labelsHint}
        error={wrong.includes('labels') ? text.labelsWrong : undefined}
        rows={2}
        value={form.labels}
        onInput={(labels) => set({ labels })}
      />
      <TextField
        title={text.addresses}
        hint={text.addressesHint}
        value={form.addresses}
        onInput={(addresses) => set({ addresses })}
      />
      <TextField
        title={text.targetHours}
        hint={text.targetHoursHint}
        error={wrong.includes('targetHours') ? text.targetHoursWrong : undefined}
        type="number"
        min={1}
        value={form.targetHours}
        onInput={(targetHours) => set({ targetHours })}
      />
    </>
  );
};
