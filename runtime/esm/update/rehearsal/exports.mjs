// What is updated after the first save (rehearse.cjs): what runs once for each export runs often enough for V8 to optimize it.

export const value = 0;
// biome-ignore format: as lines
export const e0 = 0, e1 = 1, e2 = 2, e3 = 3, e4 = 4, e5 = 5, e6 = 6, e7 = 7, e8 = 8, e9 = 9, e10 = 10, e11 = 11, e12 = 12, e13 = 13, e14 = 14, e15 = 15, e16 = 16, e17 = 17, e18 = 18, e19 = 19;
// biome-ignore format: as lines
export const e20 = 20, e21 = 21, e22 = 22, e23 = 23, e24 = 24, e25 = 25, e26 = 26, e27 = 27, e28 = 28, e29 = 29, e30 = 30, e31 = 31, e32 = 32, e33 = 33, e34 = 34, e35 = 35, e36 = 36, e37 = 37, e38 = 38, e39 = 39;
// biome-ignore format: as lines
export const e40 = 40, e41 = 41, e42 = 42, e43 = 43, e44 = 44, e45 = 45, e46 = 46, e47 = 47, e48 = 48, e49 = 49, e50 = 50, e51 = 51, e52 = 52, e53 = 53, e54 = 54, e55 = 55, e56 = 56, e57 = 57, e58 = 58, e59 = 59;
// biome-ignore format: as lines
export const e60 = 60, e61 = 61, e62 = 62, e63 = 63, e64 = 64, e65 = 65, e66 = 66, e67 = 67, e68 = 68, e69 = 69, e70 = 70, e71 = 71, e72 = 72, e73 = 73, e74 = 74, e75 = 75, e76 = 76, e77 = 77, e78 = 78, e79 = 79;
// biome-ignore format: as lines
export const e80 = 80, e81 = 81, e82 = 82, e83 = 83, e84 = 84, e85 = 85, e86 = 86, e87 = 87, e88 = 88, e89 = 89, e90 = 90, e91 = 91, e92 = 92, e93 = 93, e94 = 94, e95 = 95, e96 = 96, e97 = 97, e98 = 98, e99 = 99;
// biome-ignore format: as lines
export const e100 = 100, e101 = 101, e102 = 102, e103 = 103, e104 = 104, e105 = 105, e106 = 106, e107 = 107, e108 = 108, e109 = 109, e110 = 110, e111 = 111, e112 = 112, e113 = 113, e114 = 114, e115 = 115, e116 = 116, e117 = 117, e118 = 118, e119 = 119;
// biome-ignore format: as lines
export const e120 = 120, e121 = 121, e122 = 122, e123 = 123, e124 = 124, e125 = 125, e126 = 126, e127 = 127, e128 = 128, e129 = 129, e130 = 130, e131 = 131, e132 = 132, e133 = 133, e134 = 134, e135 = 135, e136 = 136, e137 = 137, e138 = 138, e139 = 139;
// biome-ignore format: as lines
export const e140 = 140, e141 = 141, e142 = 142, e143 = 143, e144 = 144, e145 = 145, e146 = 146, e147 = 147, e148 = 148, e149 = 149, e150 = 150, e151 = 151, e152 = 152, e153 = 153, e154 = 154, e155 = 155, e156 = 156, e157 = 157, e158 = 158, e159 = 159;
// biome-ignore format: as lines
export const e160 = 160, e161 = 161, e162 = 162, e163 = 163, e164 = 164, e165 = 165, e166 = 166, e167 = 167, e168 = 168, e169 = 169, e170 = 170, e171 = 171, e172 = 172, e173 = 173, e174 = 174, e175 = 175, e176 = 176, e177 = 177, e178 = 178, e179 = 179;
// biome-ignore format: as lines
export const e180 = 180, e181 = 181, e182 = 182, e183 = 183, e184 = 184, e185 = 185, e186 = 186, e187 = 187, e188 = 188, e189 = 189, e190 = 190, e191 = 191, e192 = 192, e193 = 193, e194 = 194, e195 = 195, e196 = 196, e197 = 197, e198 = 198, e199 = 199;
