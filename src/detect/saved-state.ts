// Recognises a saved state: the same members as a fresh one, and finite numbers in all of them.
//
// JSON gives such a state back bit by bit, and one that is damaged or of another version is told from it.

export function sameShape<Shape>(saved: unknown, shape: Shape): saved is Shape {
  if (typeof shape === 'number') return Number.isFinite(saved);
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved) !== Array.isArray(shape)) return false;
  const members = Object.entries(shape as object);
  if (Object.keys(saved).length !== members.length) return false;
  return members.every(([name, member]) => sameShape((saved as Record<string, unknown>)[name], member));
}

/** What was saved where it fits, else the fresh state. */
export function restored<Shape>(saved: unknown, fresh: Shape): Shape {
  return sameShape(saved, fresh) ? saved : fresh;
}
