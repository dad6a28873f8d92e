/** Whether version `a` (`1.2.3`, an optional `-pre` makes it older than the same without) is older than `b`. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < 3; at++) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  if (left.pre === right.pre) return false;
  return right.pre === '' || (left.pre !== '' && left.pre < right.pre);
}

function parts(version: string): { numbers: number[]; pre: string } {
  const [core = '', ...pre] = version.split('-');
  return { numbers: core.split('.').map(Number), pre: pre.join('-') };
}
