/** A field of a form: its label, what may be entered, and what is wrong with it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly title: string;
  readonly hint?: ComponentChildren;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

interface TextFieldProps extends FieldProps {
  readonly type?: 'text' | 'number' | 'password' | 'datetime-local';
  /** The number of lines, if there are several. */
  readonly rows?: number;
  readonly error?: string | undefined;
  readonly isRequired?: boolean;
  readonly isCode?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  /** The id of a `datalist` with suggestions. */
  readonly list?: string;
}

export const TextField = (props: TextFieldProps) => {
  const {
    title,
    hint,
    value,
    onInput,
    type = 'text',
    rows,
    error,
    isRequired = false,
    isCode,
    ...limits
  } = props;
  const id = useId();
  const shared = {
    id,
    value,
    required: isRequired,
    spellcheck: false,
    autocomplete: 'off' as const,
    class: isCode ? 'code' : undefined,
    'aria-describedby': hint || error ? `${id}-hint` : undefined,
    'aria-invalid': error !== undefined,
  };
  return (
    <div class="field">
      <label for={id}>{title}</label>
      {rows === undefined ? (
        <input
          {...shared}
          {...limits}
          {...({ type } as { readonly type: 'text' })}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      ) : (
        <textarea {...shared} rows={rows} onInput={({ currentTarget }) => onInput(currentTarget.value)} />
      )}
      {(hint || error) && (
        <div id={`${id}-hint`} class={error ? 'field-error' : 'quiet'}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
};

interface SelectFieldProps extends FieldProps {
  readonly choices: readonly { readonly value: string; readonly title: string }[];
}

export const SelectField = ({ title, hint, value, onInput, choices }: SelectFieldProps) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{title}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={({ currentTarget }) => onInput(currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
      {hint && (
        <div id={`${id}-hint`} class="quiet">
          {hint}
        </div>
      )}
    </div>
  );
};
