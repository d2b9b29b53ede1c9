// Places the stations of a replay, and picks which of them are neighbours.
//
// Each is linked with its nearest ones, and all of them in a ring, so that everybody is reached; relaying does the rest.
// Links are mutual. A station without coordinates stands in the middle of those that have them; where none has any, all
// stand in one spot, which is to say that they count as one neighbourhood.
import { distanceM, type Place } from '../synthesize/sighting.ts';

/** Of each station: with more, the same packet comes more often; with fewer, it takes more hops. */
const NEAREST = 3;

/** Where nobody says where they are; the middle of a cell, so that no border runs through the neighbourhood. */
const NOWHERE: Place = { latitude: 0.25, longitude: 0.25 };

export function placesOf(stations: readonly { readonly place: Place | undefined }[]): Place[] {
  const placed = stations.flatMap(({ place }) => place ?? []);
  const middle = placed.length === 0 ? NOWHERE : middleOf(placed);
  return stations.map(({ place }) => place ?? middle);
}

/** The mean; longitudes are taken around the first one, so that the date line does no harm. */
function middleOf(places: readonly Place[]): Place {
  const first = places[0]!.longitude;
  const east = (longitude: number) => ((longitude - first + 540) % 360) - 180;
  const mean = (of: (place: Place) => number) => places.reduce((sum, place) => sum + of(place), 0) / places.length;
  const longitude = first + mean((place) => east(place.longitude));
  return { latitude: mean(({ latitude }) => latitude), longitude: ((longitude + 540) % 360) - 180 };
}

/** Pairs of indexes, the smaller one first, each once. */
export function neighboursOf(places: readonly Place[]): [number, number][] {
  const pairs = new Map<string, [number, number]>();
  const link = (a: number, b: number) => {
    if (a !== b) pairs.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b)]);
  };
  for (const [index, place] of places.entries()) {
    link(index, (index + 1) % places.length);
    const others = places.map((other, at) => ({ at, metres: at === index ? Infinity : distanceM(place, other) }));
    for (const { at } of others.sort((a, b) => a.metres - b.metres).slice(0, NEAREST)) {
      if (at !== index) link(index, at);
    }
  }
  return [...pairs.values()];
}
