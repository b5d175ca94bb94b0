/** The product of two square matrices of words. */
const SIZE = 100;

class Matrix {
  rows: Arr<Arr<u64, 100>, 100>;
}

export function matrix(a: Ptr<Matrix>, b: Ptr<Matrix>, product: Ptr<Matrix>): void {
  attr(symbol("matrix"));
  for (let i: usize = 0; i < SIZE; i++)
    for (let j: usize = 0; j < SIZE; j++) {
      let sum: u64 = 0;
      for (let k: usize = 0; k < SIZE; k++) sum += a.rows[i][k] * b.rows[k][j];
      product.rows[i][j] = sum;
    }
}
