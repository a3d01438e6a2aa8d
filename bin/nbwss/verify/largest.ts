/**
 * The largest size that is accepted, if all smaller ones are: two attempts if it is the assumed size, otherwise a bisection below four
 * times that size.
 */
export async function largest(
  assumed: number,
  isAccepted: (size: number) => Promise<boolean>,
): Promise<number> {
  let [accepted, refused] = [0, 4 * assumed];
  const attempt = async (size: number) => {
    if (await isAccepted(size)) accepted = size;
    else refused = size;
  };
  await attempt(assumed);
  await attempt(accepted === assumed ? assumed + 1 : assumed - 1);
  while (refused - accepted > 1) await attempt(Math.floor((accepted + refused) / 2));
  return accepted;
}
