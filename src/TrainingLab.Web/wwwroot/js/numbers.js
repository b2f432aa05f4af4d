// Numbers as the server writes them (ShownNumber.cs).

export function shown(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value))
    return '–';
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  return unit ? `${value.toFixed(digits)} ${unit}` : value.toFixed(digits);
}
