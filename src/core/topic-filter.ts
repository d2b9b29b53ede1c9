// Tells whether a topic matches a topic filter (MQTT 3.1.1 section 4.7). Both must be well-formed.

/** `$`-topics are not for filters that begin with a wildcard. A filter without wildcards is a topic. */
export function matchesFilter(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}
