namespace TrainingLab.Simulation.Numerics;

/// <summary>
/// Elementary functions whose last bit is the same on every platform. <c>System.Math</c> hands exp, log, sin and cos to the C library, which differs
/// between systems; a trajectory must not. These use only addition, subtraction, multiplication, division and square root, which
/// IEEE 754 defines exactly, and range reduction followed by power series. Accuracy: about 1e-15 relative.
/// </summary>
public static class StableMath
{
    // ln 2 in two parts: the first has 21 zero bits at its end, so that a product with an exponent is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    // pi/2 in three parts, for arguments up to a few million.
    private const double HalfPiHigh = 1.57079632673412561417e+00;
    private const double HalfPiMiddle = 6.07710050630396597660e-11;
    private const double HalfPiLow = 2.02226624879595063154e-21;

    /// <summary>Arguments of <see cref="Sin"/> and <see cref="Cos"/> beyond this are answered with NaN: the reduction would be meaningless.</summary>
    public const double LargestAngle = 1e6;

    /// <summary>e to the power of <paramref name="x"/>.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 709.78)
            return double.PositiveInfinity;
        if (x < -745.1)
            return 0;
        var k = Math.Floor((x / Ln2High) + 0.5);
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var sum = 1.0;
        for (var n = 14; n >= 1; n--)
            sum = 1 + (r * sum / n);
        return Scale(sum, (int)k);
    }

    /// <summary>The natural logarithm; NaN below zero, minus infinity at zero.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
            return double.NaN;
        if (x == 0)
            return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x))
            return x;
        var exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0; // 2^54: out of the subnormal numbers
            exponent = -54;
        }
        var bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)((bits >> 52) & 0x7FF) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }
        // log m = 2 (s + s^3/3 + s^5/5 + ...) with s = (m - 1)/(m + 1), |s| < 0.172
        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var sum = 0.0;
        for (var n = 23; n >= 3; n -= 2)
            sum = square * ((1.0 / n) + sum);
        return (exponent * Ln2High) + ((exponent * Ln2Low) + (2 * s * (1 + sum)));
    }

    /// <summary>The sine of an angle in radians.</summary>
    public static double Sin(double x)
    {
        var (quadrant, r) = Reduce(x);
        var value = (quadrant & 1) == 0 ? SinSeries(r) : CosSeries(r);
        return (quadrant & 2) == 0 ? value : -value;
    }

    /// <summary>The cosine of an angle in radians.</summary>
    public static double Cos(double x)
    {
        var (quadrant, r) = Reduce(x);
        var value = (quadrant & 1) == 0 ? CosSeries(r) : SinSeries(r);
        return quadrant is 0 or 3 ? value : -value;
    }

    /// <summary>Power. Whole exponents up to 1024 by repeated multiplication, others through the logarithm; NaN for a negative base with a broken exponent.</summary>
    public static double Pow(double x, double y)
    {
        if (double.IsInteger(y) && Math.Abs(y) <= 1024)
        {
            var result = 1.0;
            var factor = x;
            for (var n = (int)Math.Abs(y); n > 0; n >>= 1)
            {
                if ((n & 1) != 0)
                    result *= factor;
                factor *= factor;
            }
            return y < 0 ? 1 / result : result;
        }
        if (y == 0.5)
            return Math.Sqrt(x);
        if (x == 0)
            return y > 0 ? 0 : double.PositiveInfinity;
        return Exp(y * Log(x));
    }

    private static double Scale(double value, int exponent)
    {
        // Two steps, because 2^exponent itself may be out of range although the product is not.
        var half = exponent / 2;
        return value * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    private static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);

    private static (int Quadrant, double Remainder) Reduce(double x)
    {
        if (!(Math.Abs(x) <= LargestAngle))
            return (0, double.NaN);
        var k = Math.Floor((x / (HalfPiHigh + HalfPiMiddle)) + 0.5);
        var r = x - (k * HalfPiHigh) - (k * HalfPiMiddle) - (k * HalfPiLow);
        return ((int)(((long)k) & 3), r);
    }

    private static double SinSeries(double r)
    {
        var square = r * r;
        var sum = 1.0;
        for (var n = 18; n >= 2; n -= 2)
            sum = 1 - (square * sum / (n * (n + 1)));
        return r * sum;
    }

    private static double CosSeries(double r)
    {
        var square = r * r;
        var sum = 1.0;
        for (var n = 17; n >= 1; n -= 2)
            sum = 1 - (square * sum / (n * (n + 1)));
        return sum;
    }
}
