/** Text in XML. @see https://www.w3.org/TR/xml/#syntax */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of anyone's as text alone. */
export const asText = (words: string): string =>
  words.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
