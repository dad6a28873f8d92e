/** The way from the folder of one file to another: `/a/b.yaml`, `/c/d.yaml` → `../c/d.yaml`. */
export function relativePath(from: string, to: string): string {
  const [folders, parts] = [from.split('/').slice(0, -1), to.split('/')];
  const same = folders.findIndex((folder, index) => folder !== parts[index]);
  const shared = same === -1 ? folders.length : same;
  return [...folders.slice(shared).map(() => '..'), ...parts.slice(shared)].join('/');
}
