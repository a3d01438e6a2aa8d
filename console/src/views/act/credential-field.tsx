/** Which credential NetBackup gets with a call. */
import { can } from '../../api/session.ts';
import { SelectField, TextField } from '../../components/text-field.tsx';
import type { CredentialChoice } from './run.ts';
import { actWords } from './words.ts';

export interface ChosenCredential {
  readonly choice: CredentialChoice;
  /** The credential, with `own`; kept in memory only. */
  readonly text: string;
}

/** The default: the domain's key where the session may use it. */
export const usualCredential = (): ChosenCredential => ({
  choice: can('inject') ? 'group' : 'own',
  text: '',
});

export const isComplete = ({ choice, text }: ChosenCredential): boolean =>
  choice !== 'own' || text.trim() !== '';

interface Props {
  readonly value: ChosenCredential;
  readonly onInput: (value: ChosenCredential) => void;
  /** The text of an additional choice: no credential. */
  readonly none?: string;
}

export const CredentialField = ({ value, onInput, none }: Props) => {
  const text = actWords();
  const choices = [
    ...(can('inject') ? [{ value: 'group', title: text.credentials.group }] : []),
    { value: 'own', title: text.credentials.own },
    ...(none === undefined ? [] : [{ value: 'none', title: none }]),
  ];
  return (
    <>
      <SelectField
        title={text.credential}
        value={value.choice}
        onInput={(choice) => onInput({ ...value, choice: choice as CredentialChoice })}
        choices={choices}
      />
      {value.choice === 'own' && (
        <TextField
          title={text.ownField}
          hint={text.ownHint}
          type="password"
          value={value.text}
          onInput={(own) => onInput({ ...value, text: own })}
          isRequired
        />
      )}
    </>
  );
};
