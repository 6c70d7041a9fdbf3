import { useEffect, useState } from 'react';
import { LocalDevices } from '../room/local-devices';

/** Camera and microphone for as long as the component is shown. */
export function useDevices(): LocalDevices {
  const [devices] = useState(() => new LocalDevices());
  useEffect(() => {
    void devices.open();
    return () => devices.close();
  }, [devices]);
  return devices;
}
