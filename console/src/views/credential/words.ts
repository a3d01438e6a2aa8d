import { words } from '../../i18n/words.ts';

export const credentialWords = words(
  {
    titleOf: (groupId: string) => `NetBackup's API key of ${groupId}`,
    what: 'With a stored API key of its NetBackup, people whose key has the scope inject can rerun and cancel jobs, and clients that send only one key can call NetBackup. It is encrypted and never shown. Give it a role in NetBackup with the permissions that are needed, and no more.',
    stored: 'A key is stored.',
    notStored: 'No key is stored.',
    at: 'Stored',
    by: 'Stored by',
    apiKey: 'API key of NetBackup',
    apiKeyHint: 'Created in NetBackup (Security > Access keys). Not a key of this deployment.',
    set: 'Store the key',
    replace: 'Replace the key',
    done: 'The key was stored.',
    remove: 'Delete the key',
    removeQuestion: (groupId: string) => `Delete NetBackup's API key of ${groupId}?`,
    removeEffect:
      'Clients and actions that rely on it are refused from now on. In NetBackup the key remains valid.',
    removed: 'The key was deleted.',
    admins: 'Only administrators see and change it.',
  },
  {
    titleOf: (groupId: string) => `${groupId} の NetBackup API キー`,
    what: 'NetBackup の API キーを保存すると、inject 権限を持つ利用者がジョブを再実行または取り消しできます。また、キーを 1 つしか送信できないクライアントも NetBackup を呼び出せます。キーは暗号化され、表示されることはありません。NetBackup では、必要な権限だけを持つ役割を割り当ててください。',
    stored: 'キーが保存されています。',
    notStored: 'キーは保存されていません。',
    at: '保存日時',
    by: '保存した人',
    apiKey: 'NetBackup の API キー',
    apiKeyHint:
      'NetBackup の［セキュリティ］>［アクセスキー］で作成します。このデプロイメントのキーではありません。',
    set: 'キーを保存',
    replace: 'キーを置き換え',
    done: 'キーを保存しました。',
    remove: 'キーを削除',
    removeQuestion: (groupId: string) => `${groupId} の NetBackup API キーを削除しますか`,
    removeEffect:
      'このキーを使うクライアントと操作は、以後拒否されます。NetBackup 側のキーは有効なままです。',
    removed: 'キーを削除しました。',
    admins: '管理者だけが参照および変更できます。',
  },
);
