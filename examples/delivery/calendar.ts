// The tools of delivery.segue.yaml. `segue types delivery.segue.yaml` writes their types.
import type { Tools } from './calendar.tools.d.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export const add_days: Tools['add_days'] = ({ from, days }) => asDay(later(new Date(from), days));

export const add_working_days: Tools['add_working_days'] = ({ from, days }) => {
  let day = new Date(from);
  for (let left = days; left > 0; left -= isWorkingDay(day) ? 1 : 0) day = later(day, 1);
  return asDay(day);
};

function later(day: Date, days: number): Date {
  const moved = new Date(day);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved;
}

function isWorkingDay(day: Date): boolean {
  return day.getUTCDay() % 6 !== 0;
}

function asDay(day: Date): { readonly date: string; readonly weekday: string } {
  return { date: day.toISOString().slice(0, 10), weekday: weekdays[day.getUTCDay()] ?? '' };
}
